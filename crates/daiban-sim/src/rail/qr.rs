//! QR sign-in codes: how they stand, what the person's phone does with them, their picture.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::png;
use crate::world::World;

/// A code ends this long after it was made. Public clients renew theirs then (*seen*); the
/// service's own limit isn't known.
const LIFE_MS: i64 = 300_000;

pub(crate) struct Code {
    pub(crate) uuid: String,
    /// `_passport_session` of the browser that shows it.
    pub(crate) session: String,
    made_ms: i64,
    /// Username on the phone that scanned it.
    scanned_by: Option<String>,
    confirmed: bool,
    /// Given out once and then told again, so that a lost answer does no harm.
    pub(crate) uamtk: Option<String>,
}

/// The answers of checkqr but "5" (*seen* in 12306's own sign-in script).
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Waiting,
    Scanned,
    /// By the person of this username.
    Confirmed(String),
    Ended,
}

impl Code {
    pub(crate) fn standing(&self, now: i64) -> Standing {
        if now - self.made_ms >= LIFE_MS {
            return Standing::Ended;
        }
        match &self.scanned_by {
            None => Standing::Waiting,
            Some(username) if self.confirmed => Standing::Confirmed(username.clone()),
            Some(_) => Standing::Scanned,
        }
    }

    fn is_open(&self, now: i64) -> bool {
        matches!(self.standing(now), Standing::Waiting | Standing::Scanned)
    }
}

pub(crate) fn new_code(world: &mut World, session: &str) -> String {
    let uuid = world.chance.hex32();
    world.rail.codes.push(Code {
        uuid: uuid.clone(),
        session: session.into(),
        made_ms: world.now,
        scanned_by: None,
        confirmed: false,
        uamtk: None,
    });
    uuid
}

/// A code of this browser.
pub(crate) fn find<'a>(world: &'a mut World, uuid: &str, session: &str) -> Option<&'a mut Code> {
    leave_to_phone(world);
    let mut codes = world.rail.codes.iter_mut();
    codes.find(|code| code.uuid == uuid && code.session == session)
}

/// What a phone left to itself has done by now.
fn leave_to_phone(world: &mut World) {
    let now = world.now;
    let Some(after) = world.options.rail_phone_confirms_ms else {
        return;
    };
    let Some(owner) = world.rail.accounts.first() else {
        return;
    };
    let codes = world.rail.codes.iter_mut();
    for code in codes.filter(|code| code.is_open(now)) {
        let by_other = code
            .scanned_by
            .as_ref()
            .is_some_and(|username| *username != owner.username);
        if !by_other && now >= code.made_ms + after / 2 {
            code.scanned_by = Some(owner.username.clone());
            code.confirmed = now >= code.made_ms + after;
        }
    }
}

/// The phone of `username` scans the code; false when it can't.
pub(crate) fn scan_code(world: &mut World, uuid: &str, username: &str) -> bool {
    let mut accounts = world.rail.accounts.iter();
    if !accounts.any(|account| account.username == username) {
        return false;
    }
    let now = world.now;
    let Some(code) = open_code(world, uuid) else {
        return false;
    };
    // Another phone is told that the code is taken.
    if code.standing(now) != Standing::Waiting {
        return false;
    }
    code.scanned_by = Some(username.into());
    true
}

/// The person says yes on the phone; false when there is nothing to say yes to.
pub(crate) fn confirm_code(world: &mut World, uuid: &str) -> bool {
    let now = world.now;
    let Some(code) = open_code(world, uuid) else {
        return false;
    };
    code.confirmed = code.standing(now) == Standing::Scanned;
    code.confirmed
}

fn open_code<'a>(world: &'a mut World, uuid: &str) -> Option<&'a mut Code> {
    leave_to_phone(world);
    let now = world.now;
    let mut codes = world.rail.codes.iter_mut();
    codes.find(|code| code.uuid == uuid && code.is_open(now))
}

/// Uuids of the codes that can still be scanned or confirmed.
pub(crate) fn open_codes(world: &mut World) -> Vec<String> {
    leave_to_phone(world);
    let codes = world.rail.codes.iter();
    codes
        .filter(|code| code.is_open(world.now))
        .map(|code| code.uuid.clone())
        .collect()
}

/// The uuid on a picture, given the picture as it was handed out (base64).
pub(crate) fn read_code(world: &World, image: &str) -> Option<String> {
    let mut codes = world.rail.codes.iter();
    codes
        .find(|code| picture(&code.uuid) == image)
        .map(|code| code.uuid.clone())
}

/// Modules on a side, without the white border.
const SIDE: usize = 25;
/// White modules around.
const BORDER: usize = 4;
/// Pixels of a module.
const SCALE: usize = 4;

/// A picture like a QR code, as base64 of a PNG: corner marks as in a real one, the uuid's bits
/// over and over between them. No scanner reads it; [`read_code`] does.
pub(crate) fn picture(uuid: &str) -> String {
    let bits = bits(uuid);
    let side = (SIDE + 2 * BORDER) * SCALE;
    STANDARD.encode(png::file(side, side, |x, y| {
        let black = module(x, y).is_some_and(|(column, row)| is_black(&bits, column, row));
        if black { 0 } else { 255 }
    }))
}

/// The module under a pixel; `None` on the border.
fn module(x: usize, y: usize) -> Option<(usize, usize)> {
    let column = (x / SCALE).checked_sub(BORDER)?;
    let row = (y / SCALE).checked_sub(BORDER)?;
    (column < SIDE && row < SIDE).then_some((column, row))
}

fn is_black(bits: &[bool], column: usize, row: usize) -> bool {
    corner_mark(column, row).unwrap_or_else(|| bits[(row * SIDE + column) % bits.len()])
}

/// The three squares with a white ring and a white edge.
fn corner_mark(column: usize, row: usize) -> Option<bool> {
    let from_edge = |at: usize| if at < 8 { at } else { SIDE - 1 - at };
    let (x, y) = (from_edge(column), from_edge(row));
    let free_corner = column >= SIDE - 8 && row >= SIDE - 8;
    if x > 7 || y > 7 || free_corner {
        return None;
    }
    let ring = x.abs_diff(3).max(y.abs_diff(3));
    Some(!matches!(ring, 2 | 4))
}

/// The bits of a hex text, with one more so that lines don't repeat.
fn bits(hex: &str) -> Vec<bool> {
    let digits = hex.chars().filter_map(|digit| digit.to_digit(16));
    let mut bits: Vec<bool> = digits
        .flat_map(|digit| (0..4).rev().map(move |bit| digit >> bit & 1 == 1))
        .collect();
    bits.push(true);
    bits
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn every_uuid_has_its_own_picture() {
        let pictures = ["0", "1", "8"].map(|end| picture(&format!("{:0>31}{end}", "")));
        assert_ne!(pictures[0], pictures[1]);
        assert_ne!(pictures[1], pictures[2]);
    }

    #[test]
    fn the_picture_is_a_square_png() {
        let file = STANDARD.decode(picture("00ff")).unwrap();
        assert!(file.starts_with(b"\x89PNG\r\n\x1a\n"));
        assert_eq!(&file[16..24], &[0, 0, 0, 132, 0, 0, 0, 132]);
    }

    #[test]
    fn corner_marks_stand_in_three_corners() {
        let line: String = (0..SIDE)
            .map(|column| match corner_mark(column, 1) {
                Some(true) => '#',
                Some(false) => ' ',
                None => '.',
            })
            .collect();
        assert_eq!(line, "#     # ......... #     #");
        assert_eq!(corner_mark(SIDE - 1, SIDE - 1), None);
        assert_eq!(corner_mark(3, SIDE - 4), Some(true));
    }
}
