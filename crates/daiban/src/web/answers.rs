//! What a posted form answers to an ask.

use daiban_core::ask::{Answer, AskKind};

use super::visitor::Fields;

/// More points than any picture asks for.
const POINTS_MOST: usize = 16;

/// What a form says.
#[derive(Debug, PartialEq)]
pub(super) enum Read {
    Answer(Answer),
    /// One more point; the answer is given with a button of its own.
    Point(Vec<(u32, u32)>),
    Nothing,
}

/// What a posted form says to an ask of that kind.
pub(super) fn read_answer(kind: AskKind, fields: &Fields) -> Read {
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
        AskKind::Points => read_points(fields),
    }
}

/// Points so far stand in `points` as `x,y;x,y`; a tap on the picture comes as `tap.x` and `tap.y`.
fn read_points(fields: &Fields) -> Read {
    let mut points: Vec<(u32, u32)> = fields
        .text("points")
        .split(';')
        .filter_map(point)
        .take(POINTS_MOST)
        .collect();
    if fields.get("again").is_some() {
        return Read::Point(Vec::new());
    }
    let tap = (fields.text("tap.x").parse(), fields.text("tap.y").parse());
    if let (Ok(x), Ok(y)) = tap {
        points.push((x, y));
        points.truncate(POINTS_MOST);
        return Read::Point(points);
    }
    if points.is_empty() {
        Read::Nothing
    } else {
        Read::Answer(Answer::Points(points))
    }
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
    fn only_a_clear_word_is_an_answer() {
        for word in ["", "maybe", "1"] {
            assert_eq!(
                read_answer(AskKind::Approve, &fields(&[("approve", word)])),
                Read::Nothing
            );
        }
        assert_eq!(
            read_answer(AskKind::Approve, &fields(&[("approve", "no")])),
            Read::Answer(Answer::Denied)
        );
        assert_eq!(
            read_answer(AskKind::Sms, &fields(&[("text", "  ")])),
            Read::Nothing
        );
    }
}
