//! Doctors on pages: the finder of departments, a department with its calendar and places, the form for `hospital.visit`
//! and what its facts say.
//!
//! Nothing is decided here. Looks that helped to fill in a form are kept for minutes, so that pressing its buttons asks 114
//! nothing twice; a calendar is always looked at anew.

pub(super) mod booking;
mod calendar;
pub(super) mod department;
mod draft;
pub(super) mod facts;
pub(super) mod finder;
pub(super) mod form;
mod known;
mod parts;
mod patients;
pub(super) mod pattern;
mod slots;
pub(super) mod wished;
pub(super) mod words;

/// The errand kind that these pages carry.
pub(super) const VISIT: &str = "hospital.visit";
