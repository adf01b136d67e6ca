"""The Discord bot: platform events to questions, answers to messages, nothing else."""
