//! States of older versions.
//!
//! Version 1 knew the QR way only and kept everything about the picture beside the stage.

use daiban_core::{Text, Timestamp};
use serde::Deserialize;
use serde_json::Value;

use super::{Stage, State, Typed, Way, qr};

pub(super) fn state(version: u32, state: Value) -> Option<State> {
    match version {
        1 => First::deserialize(state).ok().map(State::from),
        _ => None,
    }
}

/// Version 1. Its stages have kept their names.
#[derive(Deserialize)]
struct First {
    stage: Stage,
    codes: u32,
    uuid: String,
    picture: String,
    until: Timestamp,
    next: Timestamp,
    asking: bool,
    shown: bool,
    scanned: bool,
    unseen: u32,
    trouble: u32,
    enters: u32,
    said: Option<Text>,
}

impl From<First> for State {
    fn from(first: First) -> Self {
        Self {
            stage: first.stage,
            way: Way::Qr,
            code: qr::Code {
                fetched: first.codes,
                uuid: first.uuid,
                picture: first.picture,
                until: first.until,
                next: first.next,
                asking: first.asking,
                shown: first.shown,
                scanned: first.scanned,
                unseen: first.unseen,
            },
            typed: Typed::default(),
            trouble: first.trouble,
            enters: first.enters,
            said: first.said,
        }
    }
}
