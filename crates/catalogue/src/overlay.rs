//! Overlays.

use crate::tree::{Ctx, Table};

pub(crate) fn roles(_: &mut Ctx<'_>, _: &mut [Table], _: Table) {}
pub(crate) fn subsystem(_: &mut Ctx<'_>, _: &mut Table, _: Table) {}
pub(crate) fn record(_: &mut Ctx<'_>, _: &mut Table, _: Table) {}
