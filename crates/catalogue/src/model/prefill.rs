//! What stands in a box before anything is typed (`prefill`), so that nobody types what is known.

use super::FieldIx;

/// Where a first value is looked for; of several the first that holds something counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prefill {
    /// The day, or the moment.
    Today,
    /// The person's own name.
    Me,
    /// What the field held in the record that was last made for the same owner.
    Last,
    /// The same of the record last made that holds the same in that field: a maker belongs to a kind of
    /// device, an address to the firm.
    LastLike(FieldIx),
    /// A field of the record to which the person is bound, where that is the owner.
    Owner(FieldIx),
}
