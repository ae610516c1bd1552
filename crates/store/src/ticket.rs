//! The answer to a job that another thread works on: waited for by a thread, or awaited as a future.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// Will hold the answer. Needs no runtime.
pub struct Ticket<T>(Arc<Shared<T>>);

/// The other end, kept by the worker. Dropped without an answer, it answers `None`.
pub(crate) struct Answer<T>(Arc<Shared<T>>);

struct Shared<T> {
    slot: Mutex<Slot<T>>,
    ready: Condvar,
}

enum Slot<T> {
    Waiting(Option<Waker>),
    Done(Option<T>),
}

pub(crate) fn ticket<T>() -> (Answer<T>, Ticket<T>) {
    let shared = Arc::new(Shared {
        slot: Mutex::new(Slot::Waiting(None)),
        ready: Condvar::new(),
    });
    (Answer(shared.clone()), Ticket(shared))
}

impl<T> Shared<T> {
    fn lock(&self) -> MutexGuard<'_, Slot<T>> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Answer<T> {
    pub fn give(self, value: T) {
        self.put(Some(value));
    }

    fn put(&self, value: Option<T>) {
        let mut slot = self.0.lock();
        if let Slot::Waiting(waker) = &mut *slot {
            let waker = waker.take();
            *slot = Slot::Done(value);
            drop(slot);
            self.0.ready.notify_all();
            if let Some(waker) = waker {
                waker.wake();
            }
        }
    }
}

impl<T> Drop for Answer<T> {
    fn drop(&mut self) {
        self.put(None);
    }
}

impl<T> Ticket<T> {
    /// Blocks the thread until the answer is there; `None` when the worker went away.
    pub fn wait(self) -> Option<T> {
        let mut slot = self.0.lock();
        loop {
            if let Slot::Done(value) = &mut *slot {
                return value.take();
            }
            slot = self
                .0
                .ready
                .wait(slot)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl<T> Future for Ticket<T> {
    type Output = Option<T>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        match &mut *self.0.lock() {
            Slot::Done(value) => Poll::Ready(value.take()),
            Slot::Waiting(waker) => {
                *waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ticket;

    #[test]
    fn an_answer_crosses_threads_and_a_lost_worker_is_noticed() {
        let (answer, ticket_one) = ticket();
        let worker = std::thread::spawn(move || answer.give(7));
        assert_eq!(ticket_one.wait(), Some(7));
        worker.join().unwrap();
        let (answer, lost) = ticket::<u8>();
        drop(answer);
        assert_eq!(lost.wait(), None);
    }
}
