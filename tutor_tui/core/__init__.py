"""What a lesson is: values and pure functions, standard library only."""
