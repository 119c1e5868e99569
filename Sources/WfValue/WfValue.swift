// WfValue
