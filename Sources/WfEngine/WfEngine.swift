// WfEngine
