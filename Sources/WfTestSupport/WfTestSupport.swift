// WfTestSupport
