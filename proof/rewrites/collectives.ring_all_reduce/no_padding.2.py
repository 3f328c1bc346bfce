"""a class with a table of parts"""


class AllReduce:
    def __init__(self, x, comm):
        self.comm = comm
        self.shape = x.shape
        self.table = x.clone().reshape(comm.world_size, -1)
        self.inbox = x.new_empty(self.table.shape[1])

    def shift(self, number, out):
        rank, n = self.comm.rank, self.comm.world_size
        self.comm.exchange(self.table[number % n], (rank + 1) % n, out, (rank - 1) % n)

    def reduce(self):
        for number in range(self.comm.rank - 1, self.comm.rank - self.comm.world_size, -1):
            self.shift(number, self.inbox)
            self.table[(number - 1) % self.comm.world_size] += self.inbox

    def gather(self):
        for number in range(self.comm.rank, self.comm.rank - self.comm.world_size + 1, -1):
            self.shift(number, self.table[(number - 1) % self.comm.world_size])


def ring_all_reduce(x, comm):
    work = AllReduce(x, comm)
    work.reduce()
    work.gather()
    return work.table.reshape(work.shape)
