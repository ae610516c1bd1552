//! The bell: a door that holds connections open hears when turns may have changed hands, and when the
//! program is about to stop. It carries no data; whoever hears it asks anew, with the rights of its person.

use std::sync::RwLock;

use kernel::RegisterIx;

use crate::App;

/// What is heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ring {
    /// A commit touched turns.
    Turns,
    /// The program stops: connections are to be ended.
    Stop,
}

/// Called at each ring, on the thread of whoever wrote: it must be quick.
type Ear = Box<dyn Fn(Ring) + Send + Sync>;

#[derive(Default)]
pub(crate) struct Bell(RwLock<Vec<Ear>>);

impl App {
    /// Hears every ring from now on.
    pub fn listen(&self, ear: impl Fn(Ring) + Send + Sync + 'static) {
        if let Ok(mut ears) = self.inner.bell.0.write() {
            ears.push(Box::new(ear));
        }
    }

    /// Tells those who hold connections open that the program stops.
    pub fn ring_stop(&self) {
        self.ring(Ring::Stop);
    }

    /// Rings when one of the registers holds turns, or records that have them.
    pub(crate) fn ring_for(&self, registers: &[RegisterIx]) {
        let task = self.flow_house().map(|house| house.task);
        let flows = |ix: &RegisterIx| self.catalogue().has_flow(*ix);
        let touches = |ix: &RegisterIx| task.as_ref().is_ok_and(|task| task == ix) || flows(ix);
        if registers.iter().any(touches) {
            self.ring(Ring::Turns);
        }
    }

    fn ring(&self, ring: Ring) {
        if let Ok(ears) = self.inner.bell.0.read() {
            ears.iter().for_each(|ear| ear(ring));
        }
    }
}
