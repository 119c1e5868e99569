// WfPlan
