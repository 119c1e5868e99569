// WfSyntax
