// WfDoors
