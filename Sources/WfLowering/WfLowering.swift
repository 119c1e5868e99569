// WfLowering
