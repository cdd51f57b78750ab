//! What a posted form answers to an ask.

use daiban_core::ask::{Answer, AskKind};

use super::visitor::Fields;

/// More points than any picture asks for.
const POINTS_MOST: usize = 16;
/// Wider pictures are shown smaller to be tapped, so that all of them is on the narrowest phone.
const SHOWN_MOST: u32 = 304;

/// What a form says.
#[derive(Debug, PartialEq)]
pub(super) enum Read {
    Answer(Answer),
    /// The points as they are now; the answer is given with a button of its own.
    Point(Vec<(u32, u32)>),
    /// A point that is not on the picture was left out.
    Off(Vec<(u32, u32)>),
    Nothing,
}

/// What a posted form says to an ask of that kind, whose picture has that natural size.
pub(super) fn read_answer(kind: AskKind, fields: &Fields, size: (u32, u32)) -> Read {
    match kind {
        AskKind::Captcha | AskKind::Sms | AskKind::Text => match fields.text("text") {
            "" => Read::Nothing,
            text => Read::Answer(Answer::Text(text.to_owned())),
        },
        AskKind::Qr | AskKind::Approve => match fields.text("approve") {
            "yes" => Read::Answer(Answer::Approved),
            "no" => Read::Answer(Answer::Denied),
            _ => Read::Nothing,
        },
        AskKind::Points => read_points(fields, size),
    }
}

/// The size in which a picture is shown to be tapped.
pub(super) fn shown((width, height): (u32, u32)) -> (u32, u32) {
    if width <= SHOWN_MOST {
        return (width, height);
    }
    let height = u64::from(height) * u64::from(SHOWN_MOST) / u64::from(width);
    (SHOWN_MOST, u32::try_from(height).unwrap_or(1).max(1))
}

/// Points so far stand in `points` as `x,y;x,y`, in pixels of the natural size. A tap on the picture comes as `tap.x` and
/// `tap.y`, in those it is shown in; one typed as `x` and `y`, in natural ones.
fn read_points(fields: &Fields, size: (u32, u32)) -> Read {
    let mut points: Vec<(u32, u32)> = fields
        .text("points")
        .split(';')
        .filter_map(point)
        .filter(|point| is_on(*point, size))
        .take(POINTS_MOST)
        .collect();
    if fields.get("again").is_some() {
        return Read::Point(Vec::new());
    }
    if fields.get("undo").is_some() {
        points.pop();
        return Read::Point(points);
    }
    match new_point(fields, size) {
        Some(new) if is_on(new, size) => {
            points.push(new);
            points.truncate(POINTS_MOST);
            Read::Point(points)
        }
        Some(_) => Read::Off(points),
        None if points.is_empty() => Read::Nothing,
        None => Read::Answer(Answer::Points(points)),
    }
}

fn new_point(fields: &Fields, size: (u32, u32)) -> Option<(u32, u32)> {
    let pair = |x, y| Some((fields.text(x).parse().ok()?, fields.text(y).parse().ok()?));
    match pair("tap.x", "tap.y") {
        // The picture was pressed with a key, or Enter in a field: that is no place.
        None | Some((0, 0)) => pair("x", "y"),
        Some((x, y)) => {
            let (wide, high) = shown(size);
            Some((scaled(x, size.0, wide), scaled(y, size.1, high)))
        }
    }
}

fn scaled(at: u32, natural: u32, shown: u32) -> u32 {
    let at = u64::from(at) * u64::from(natural) / u64::from(shown.max(1));
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn is_on((x, y): (u32, u32), (width, height): (u32, u32)) -> bool {
    x < width && y < height
}

fn point(text: &str) -> Option<(u32, u32)> {
    let (x, y) = text.split_once(',')?;
    Some((x.trim().parse().ok()?, y.trim().parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        Fields::from_pairs(pairs)
    }

    #[test]
    fn taps_gather_until_they_are_sent() {
        let read_points = |fields: &Fields| read_points(fields, (100, 80));
        let first = read_points(&fields(&[("points", ""), ("tap.x", "12"), ("tap.y", "34")]));
        assert_eq!(first, Read::Point(vec![(12, 34)]));
        let second = read_points(&fields(&[
            ("points", "12,34"),
            ("tap.x", "5"),
            ("tap.y", "6"),
        ]));
        assert_eq!(second, Read::Point(vec![(12, 34), (5, 6)]));
        let sent = read_points(&fields(&[("points", "12,34;5,6"), ("send", "1")]));
        assert_eq!(sent, Read::Answer(Answer::Points(vec![(12, 34), (5, 6)])));
        assert_eq!(
            read_points(&fields(&[("points", "12,34"), ("again", "1")])),
            Read::Point(vec![])
        );
        assert_eq!(
            read_points(&fields(&[("points", "nonsense"), ("send", "1")])),
            Read::Nothing
        );
    }

    #[test]
    fn a_tap_is_told_in_pixels_of_the_natural_size() {
        for (size, tap, expected) in [
            ((300, 120), ("40", "50"), Read::Point(vec![(40, 50)])),
            ((608, 400), ("152", "100"), Read::Point(vec![(304, 200)])),
            ((608, 400), ("304", "1"), Read::Off(vec![])),
            ((300, 120), ("299", "120"), Read::Off(vec![])),
        ] {
            let given = fields(&[("points", ""), ("tap.x", tap.0), ("tap.y", tap.1)]);
            assert_eq!(read_points(&given, size), expected, "{size:?} {tap:?}");
        }
    }

    #[test]
    fn points_can_be_typed_and_taken_back() {
        let size = (608, 400);
        let typed = |more: &[(&str, &str)]| {
            let all = [&[("points", "1,2;3,4")][..], more].concat();
            read_points(&fields(&all), size)
        };
        let three = Read::Point(vec![(1, 2), (3, 4), (600, 30)]);
        assert_eq!(typed(&[("x", "600"), ("y", "30"), ("add", "1")]), three);
        // Enter in a field presses the picture, without a place.
        let enter = [("tap.x", "0"), ("tap.y", "0"), ("x", "600"), ("y", "30")];
        assert_eq!(typed(&enter), three);
        assert_eq!(
            typed(&[("x", "608"), ("y", "0")]),
            Read::Off(vec![(1, 2), (3, 4)])
        );
        assert_eq!(typed(&[("undo", "1")]), Read::Point(vec![(1, 2)]));
    }

    #[test]
    fn only_a_clear_word_is_an_answer() {
        for word in ["", "maybe", "1"] {
            assert_eq!(
                read_answer(AskKind::Approve, &fields(&[("approve", word)]), (0, 0)),
                Read::Nothing
            );
        }
        assert_eq!(
            read_answer(AskKind::Approve, &fields(&[("approve", "no")]), (0, 0)),
            Read::Answer(Answer::Denied)
        );
        assert_eq!(
            read_answer(AskKind::Sms, &fields(&[("text", "  ")]), (0, 0)),
            Read::Nothing
        );
    }
}
