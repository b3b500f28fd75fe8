"""What is offered, made of many lists: the city's register first, then what producers publish."""
