"""What the planner's capacity model rests on: its error on measurements that it was not fitted on."""
