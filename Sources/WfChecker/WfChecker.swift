// WfChecker
