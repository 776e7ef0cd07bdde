"""What clients notice when instances of services die, hang, slow down and come back."""
