//! Figures beside their goals.

use std::time::Duration;

/// Whether everything claimed so far was held.
#[derive(Default)]
pub(crate) struct Verdict {
    missed: bool,
}

impl Verdict {
    pub(crate) fn all_held(&self) -> bool {
        !self.missed
    }

    /// "held" or "NOT held", remembered.
    pub(crate) fn word(&mut self, held: bool) -> &'static str {
        self.missed |= !held;
        if held { "held" } else { "NOT held" }
    }
}

/// The middle and the worst of some lengths, in milliseconds.
pub(crate) struct Spread {
    pub(crate) median: f64,
    pub(crate) worst: f64,
}

/// Of none: not a number, which holds no goal.
pub(crate) fn spread(lengths: impl IntoIterator<Item = Duration>) -> Spread {
    let mut sorted: Vec<f64> = lengths.into_iter().map(millis).collect();
    sorted.sort_by(f64::total_cmp);
    let median = match sorted.len() {
        0 => f64::NAN,
        odd if odd % 2 == 1 => sorted[odd / 2],
        even => (sorted[even / 2 - 1] + sorted[even / 2]) / 2.0,
    };
    Spread {
        median,
        worst: sorted.last().copied().unwrap_or(f64::NAN),
    }
}

pub(crate) fn millis(length: Duration) -> f64 {
    length.as_secs_f64() * 1000.0
}

/// A table's head.
pub(crate) fn head(columns: &[&str]) {
    println!("| {} |", columns.join(" | "));
    let right = |n| if n == 0 { "---" } else { "---:" };
    let rule: Vec<&str> = (0..columns.len()).map(right).collect();
    println!("| {} |", rule.join(" | "));
}

/// One of its rows.
pub(crate) fn row(cells: &[String]) {
    println!("| {} |", cells.join(" | "));
}
