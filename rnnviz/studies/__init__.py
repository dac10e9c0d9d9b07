"""What several lessons ask of networks: answers to questions, races between trainings."""
