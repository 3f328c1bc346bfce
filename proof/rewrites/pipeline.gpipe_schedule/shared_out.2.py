"""divmod, blocks of neighbouring numbers"""


def gpipe_schedule(p, m):
    size, rest = divmod(m, p)

    def block(stage):
        begin = stage * size + min(stage, rest)
        return range(begin, begin + size + (stage < rest))

    return [[(kind, i) for kind in "FB" for i in block(stage)] for stage in range(p)]
