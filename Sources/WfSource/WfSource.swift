// WfSource
