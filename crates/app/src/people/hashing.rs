//! So many passwords are hashed at a time and no more: each takes 19 MiB and a core.

use std::sync::{Condvar, Mutex, PoisonError};

/// Two, so that one person's attempts do not stand before everybody else's; memory stays below 40 MiB.
pub(super) const HASHING_MAX: usize = 2;

/// Places at the work bench; who finds none free waits on his own (blocking) thread.
pub(crate) struct Bench {
    free: Mutex<usize>,
    freed: Condvar,
}

/// A place that is taken until this is dropped, also when the work panics.
pub(super) struct Place<'a>(&'a Bench);

impl Default for Bench {
    fn default() -> Bench {
        Bench {
            free: Mutex::new(HASHING_MAX),
            freed: Condvar::new(),
        }
    }
}

impl Bench {
    pub(super) fn take(&self) -> Place<'_> {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let mut free = self
            .freed
            .wait_while(free, |free| *free == 0)
            .unwrap_or_else(PoisonError::into_inner);
        *free -= 1;
        Place(self)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut free = self.0.free.lock().unwrap_or_else(PoisonError::into_inner);
        *free += 1;
        drop(free);
        self.0.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    use super::*;

    #[test]
    fn two_work_at_once_and_never_more() {
        let bench = Bench::default();
        let (now, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        // The first two meet at the barrier: that only ends when both have a place.
        let meet = Barrier::new(HASHING_MAX);
        thread::scope(|scope| {
            for _ in 0..8 {
                let (bench, now, most, meet) = (&bench, &now, &most, &meet);
                scope.spawn(move || {
                    let _place = bench.take();
                    most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    meet.wait();
                    now.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        assert_eq!(most.into_inner(), HASHING_MAX);
    }

    #[test]
    fn a_panic_gives_its_place_back() {
        let bench = Bench::default();
        for _ in 0..HASHING_MAX + 1 {
            let broke = thread::scope(|scope| {
                let broken = scope.spawn(|| {
                    let _place = bench.take();
                    panic!("on purpose");
                });
                broken.join().is_err()
            });
            assert!(broke);
        }
        drop(bench.take());
    }
}
