attention=None
