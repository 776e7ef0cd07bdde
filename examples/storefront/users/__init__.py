"""The users service: who the customers are, by REST."""
