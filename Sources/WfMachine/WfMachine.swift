// WfMachine
