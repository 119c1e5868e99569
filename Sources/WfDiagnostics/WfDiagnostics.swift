// WfDiagnostics
