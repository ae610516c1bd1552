//! Sample data that go on growing while the first pages are looked at already.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use indicatif::ProgressBar;
use subsystems::generate::{Plan, Summary};

use super::{Ways, broken, fill_by};
use crate::data::House;
use crate::say::{line, told};

/// What is few stands; firms and devices wait for [`Growing::go_on`].
pub struct Growing {
    go: SyncSender<()>,
    stop: Arc<AtomicBool>,
    thread: JoinHandle<anyhow::Result<()>>,
}

impl Growing {
    /// Begins with the plan; returns when units, bodies and producers stand in the store.
    /// `done` is called with what was made, on another thread.
    pub fn begin(
        house: &House,
        plan: Plan,
        done: impl FnOnce(Summary) + Send + 'static,
    ) -> anyhow::Result<Growing> {
        let (settled, stands) = sync_channel(1);
        let (go, going) = sync_channel::<()>(1);
        let stop = Arc::<AtomicBool>::default();
        let (store, hooks, asked) = (house.store.clone(), house.hooks.clone(), stop.clone());
        let thread = thread::spawn(move || {
            let ways = Ways {
                bar: ProgressBar::hidden(),
                stop: asked.clone(),
                between: Some(Box::new(move || {
                    let _ = settled.send(());
                    going.recv().map_err(|_| broken("程序要停止了"))
                })),
            };
            let outcome = fill_by(&store, &hooks, &plan, ways).map(|filled| done(filled.summary));
            match outcome {
                Err(error) if !asked.load(Ordering::Relaxed) => {
                    line(format!("示例数据没有写完：{error:#}"));
                    Err(error)
                }
                _ => Ok(()),
            }
        });
        let growing = Growing { go, stop, thread };
        match stands.recv() {
            Ok(()) => Ok(growing),
            Err(_) => Err(growing
                .end()
                .err()
                .unwrap_or_else(|| told("示例数据没有写成"))),
        }
    }

    /// Lets it go on with firms and devices.
    pub fn go_on(&self) {
        // A thread that is gone has told why.
        let _ = self.go.try_send(());
    }

    /// Stops it where it stands, if it is not done; the store is free afterwards.
    pub fn end(self) -> anyhow::Result<()> {
        self.stop.store(true, Ordering::Relaxed);
        drop(self.go);
        self.thread
            .join()
            .map_err(|_| told("写入示例数据的线程意外结束"))?
    }
}
