//! Coach and seat of a ticket. The numbers follow those on real tickets; which coach holds which class is invented.

/// Where somebody sits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// `05`.
    pub(super) coach: String,
    /// `003A`, `0121` (number and berth) or `0045`; empty without seat.
    pub(super) number: String,
    /// `03A号`, `12号下铺`, `45号`, `无座`.
    pub(super) name: String,
}

/// Seats wished for: row 1 or 2 and a letter for each passenger.
pub(super) type Choice = Vec<(u32, char)>;

/// Letters across a row of the class, when seats can be chosen in it (*seen* in public clients, 2022–2023).
pub(super) fn letters(class: char) -> &'static str {
    match class {
        '9' | 'P' => "ACF",
        'M' => "ACDF",
        'O' => "ABCDF",
        _ => "",
    }
}

/// Berths of a compartment from below: `1` lower, `2` middle, `3` upper.
pub(super) fn berths(class: char) -> &'static str {
    match class {
        '3' | 'J' => "123",
        '4' | 'I' | 'F' | '6' | 'A' => "13",
        _ => "",
    }
}

/// `1A1B` for two passengers of a class: at most two rows, no seat twice.
pub(super) fn choice(text: &str, class: char, passengers: usize) -> Option<Choice> {
    let signs: Vec<char> = text.chars().collect();
    let seats = signs.chunks(2).map(|pair| match pair {
        ['1', letter] if letters(class).contains(*letter) => Some((1, *letter)),
        ['2', letter] if letters(class).contains(*letter) => Some((2, *letter)),
        _ => None,
    });
    let seats = seats.collect::<Option<Choice>>()?;
    let is_twice = |at: usize| seats[..at].contains(&seats[at]);
    (seats.len() == passengers && !(0..seats.len()).any(is_twice)).then_some(seats)
}

/// Three digits: how many lower, middle and upper berths; `000` for any. Gives `bed` codes.
pub(super) fn berth_wishes(text: &str) -> Option<Vec<char>> {
    let digits: Vec<u32> = text
        .chars()
        .map(|sign| sign.to_digit(10))
        .collect::<Option<_>>()?;
    let [lower, middle, upper] = digits[..] else {
        return None;
    };
    let beds = [('1', lower), ('2', middle), ('3', upper)];
    let beds = beds.map(|(bed, count)| vec![bed; count as usize]);
    Some(beds.concat())
}

/// A place of the class that is not taken: with that berth (`1` to `3`) if it has any such, else any.
pub(super) fn any(class: char, bed: char, taken: &[Place]) -> Place {
    if class == 'W' {
        return standing();
    }
    let wished = berths(class).contains(bed);
    let fits = |place: &Place| !wished || place.number.ends_with(bed);
    let places = coaches(class).flat_map(|coach| coach_places(class, &coach));
    let mut free = places.filter(|place| !taken.contains(place));
    free.find(fits).unwrap_or_else(standing)
}

/// Places as chosen, in neighbouring rows of one coach.
pub(super) fn chosen(class: char, choice: &Choice, taken: &[Place]) -> Option<Vec<Place>> {
    let starts = coaches(class).flat_map(|coach| (1..ROWS).map(move |row| (coach.clone(), row)));
    let mut blocks = starts.map(|(coach, row)| {
        let seats = choice.iter();
        seats
            .map(|(line, letter)| seat(&coach, row + line - 1, *letter))
            .collect::<Vec<Place>>()
    });
    blocks.find(|block| !block.iter().any(|place| taken.contains(place)))
}

const ROWS: u32 = 17;

fn standing() -> Place {
    Place {
        coach: "08".into(),
        number: String::new(),
        name: "无座".into(),
    }
}

fn coaches(class: char) -> impl Iterator<Item = String> {
    let first = match class {
        '9' | 'P' => 1,
        'D' => 2,
        'M' => 3,
        '4' | 'I' | 'F' | '6' | 'A' => 6,
        '3' | 'J' => 9,
        '1' => 15,
        _ => 5,
    };
    (first..99).map(|coach| format!("{coach:02}"))
}

fn coach_places(class: char, coach: &str) -> Vec<Place> {
    let of = |row: u32| -> Vec<Place> {
        if !letters(class).is_empty() {
            let seats = letters(class).chars();
            return seats.map(|letter| seat(coach, row, letter)).collect();
        }
        if !berths(class).is_empty() {
            return berths(class)
                .chars()
                .map(|bed| berth(coach, row, bed))
                .collect();
        }
        vec![plain(coach, row)]
    };
    (1..=ROWS).flat_map(of).collect()
}

fn seat(coach: &str, row: u32, letter: char) -> Place {
    Place {
        coach: coach.into(),
        number: format!("{row:03}{letter}"),
        name: format!("{row:02}{letter}号"),
    }
}

fn berth(coach: &str, row: u32, bed: char) -> Place {
    let level = match bed {
        '1' => "下铺",
        '2' => "中铺",
        _ => "上铺",
    };
    Place {
        coach: coach.into(),
        number: format!("{row:03}{bed}"),
        name: format!("{row:02}号{level}"),
    }
}

fn plain(coach: &str, row: u32) -> Place {
    Place {
        coach: coach.into(),
        number: format!("{row:04}"),
        name: format!("{row:03}号"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices() {
        let wanted = choice("1A1B2C", 'O', 3);
        assert_eq!(wanted, Some(vec![(1, 'A'), (1, 'B'), (2, 'C')]));
        for (text, class, passengers) in [
            ("1A", 'O', 2),
            ("1A1A", 'O', 2),
            ("3A", 'O', 1),
            ("1B", 'M', 1),
            ("1E", 'O', 1),
            ("1A1", 'O', 2),
            ("1A", '3', 1),
            ("A1", 'O', 1),
        ] {
            assert_eq!(choice(text, class, passengers), None, "{text} {class}");
        }
        assert_eq!(berth_wishes("201"), Some(vec!['1', '1', '3']));
        assert_eq!(berth_wishes("000"), Some(Vec::new()));
        assert_eq!((berth_wishes("00"), berth_wishes("0x0")), (None, None));
    }

    #[test]
    fn no_place_is_given_twice() {
        let mut taken = Vec::new();
        for _ in 0..200 {
            let place = any('3', '1', &taken);
            assert!(place.name.ends_with("下铺") && !taken.contains(&place));
            taken.push(place);
        }
        let block = chosen('O', &vec![(1, 'A'), (2, 'A')], &[]).unwrap_or_default();
        let numbers: Vec<&str> = block.iter().map(|place| place.number.as_str()).collect();
        assert_eq!(numbers, ["001A", "002A"]);
        let next = chosen('O', &vec![(1, 'A'), (2, 'A')], &block).unwrap_or_default();
        assert_eq!(next[0].number, "003A");
    }
}
