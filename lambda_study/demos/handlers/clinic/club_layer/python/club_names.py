NAMES = {"ada": "Ada Lovelace", "grace": "Grace Hopper", "alan": "Alan Turing"}


def full(short):
    return NAMES[short]
