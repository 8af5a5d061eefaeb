"""next_action: the words of it."""


def next_action(j):
    return ""
