// WfFormatter
