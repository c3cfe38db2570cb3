// Deadlines of a loop: a binary heap in which moving a deadline further away costs one store.
// Connections do that with every request, and almost none of their deadlines ever comes.

/// Something that happens at a point in time, unless the point is moved before.
package class LoopTimer {
    /// When to fire, on the monotonic clock; `.max` is never.
    ///
    /// After setting it earlier than the timer is armed for, `arm` it.
    final package var deadline: UInt64 = .max
    /// Invariant: `armed` ≤ `deadline` while in the heap; the heap is ordered by `armed`.
    fileprivate final var armed: UInt64 = .max
    /// The place in the heap, or -1.
    fileprivate final var place = -1

    func fire(isStopping: Bool) {}
}

/// The timers of one loop.
struct TimerHeap {
    private var heap: [LoopTimer] = []

    var count: Int { heap.count }

    /// Makes sure the timer fires at its deadline.
    mutating func arm(_ timer: LoopTimer) {
        if timer.place < 0 {
            timer.armed = timer.deadline
            timer.place = heap.count
            heap.append(timer)
            moveUp(timer.place)
        } else if timer.deadline < timer.armed {
            timer.armed = timer.deadline
            moveUp(timer.place)
        }
    }

    mutating func remove(_ timer: LoopTimer) {
        let place = timer.place
        guard place >= 0 else { return }
        timer.place = -1
        let last = heap.removeLast()
        guard last !== timer else { return }
        heap[place] = last
        last.place = place
        moveUp(place)
        moveDown(last.place)
    }

    /// The next timer whose deadline has come, taken out of the heap.
    mutating func popDue(now: UInt64) -> LoopTimer? {
        while let first = heap.first, first.armed <= now {
            if first.deadline <= now {
                remove(first)
                return first
            }
            if first.deadline == .max {
                remove(first)
            } else {
                // The deadline was moved away meanwhile.
                first.armed = first.deadline
                moveDown(0)
            }
        }
        return nil
    }

    /// Any timer, due or not, taken out of the heap; nil when there is none.
    mutating func popAny() -> LoopTimer? {
        guard let last = heap.last else { return nil }
        remove(last)
        return last
    }

    /// How long a poll may wait, rounded up to milliseconds; -1 without a timer.
    func millisecondsUntilNext(now: UInt64) -> Int32 {
        guard let first = heap.first else { return -1 }
        if first.armed <= now { return 0 }
        return Int32(clamping: (first.armed - now + 999_999) / 1_000_000)
    }

    private mutating func moveUp(_ start: Int) {
        var place = start
        let timer = heap[place]
        while place > 0 {
            let parent = (place - 1) / 2
            guard timer.armed < heap[parent].armed else { break }
            heap[place] = heap[parent]
            heap[place].place = place
            place = parent
        }
        heap[place] = timer
        timer.place = place
    }

    private mutating func moveDown(_ start: Int) {
        var place = start
        let timer = heap[place]
        while true {
            var child = 2 * place + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, heap[child + 1].armed < heap[child].armed { child += 1 }
            guard heap[child].armed < timer.armed else { break }
            heap[place] = heap[child]
            heap[place].place = place
            place = child
        }
        heap[place] = timer
        timer.place = place
    }
}
