// WfBuiltins
