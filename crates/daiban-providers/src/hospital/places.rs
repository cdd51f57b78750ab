//! Hospitals and departments as values. Codes are strings, never numbers: leading zeros matter.

use daiban_core::invalid::InvalidInput;
use serde::{Deserialize, Serialize};

/// A hospital as the list shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hospital {
    /// `162`, `H02110003`
    pub code: String,
    /// What people call it.
    pub name: String,
    /// `三级甲等`, when told.
    pub level: Option<String>,
    /// When it releases places each day, `08:30`, when told.
    pub opens_at: Option<String>,
    /// Days that can be booked, today counted or not as the hospital likes; only from its own page.
    #[serde(default)]
    pub booking_days: Option<u32>,
    /// Whether the service has taken it offline for maintenance.
    pub maintenance: bool,
}

/// A code with its name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Named {
    /// The service's code.
    pub code: String,
    /// What people call it.
    pub name: String,
}

/// A department: a clinic of the second level under one of the first.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Department {
    /// `内科`
    pub first: Named,
    /// `消化内科门诊`
    pub second: Named,
}

/// Which department of which hospital, by codes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DepartmentRef {
    /// Hospital.
    pub hos: String,
    /// First level.
    pub first: String,
    /// Second level.
    pub second: String,
}

impl DepartmentRef {
    /// Reads the address of a department's page, `https://www.114yygh.com/hospital/162/04/644/source`, or the three codes with
    /// slashes or blanks between, `162/04/644`.
    ///
    /// # Errors
    /// [`InvalidInput`] naming the field.
    pub fn parse(field: &str, text: &str) -> Result<Self, InvalidInput> {
        let wrong = || {
            InvalidInput::new(
                field,
                "应是科室页的网址，例如 https://www.114yygh.com/hospital/162/04/644/source，或三个编码 162/04/644",
                "should be the address of a department's page, such as https://www.114yygh.com/hospital/162/04/644/source, or three codes 162/04/644",
            )
        };
        let text = text.trim();
        let path = text.split(['?', '#']).next().unwrap_or_default();
        let path = match path.split_once("/hospital/") {
            Some((_, rest)) => rest,
            None if path.contains("://") => return Err(wrong()),
            None => path,
        };
        let parts: Vec<&str> = path
            .split(['/', ' ', ',', '，'])
            .filter(|part| !part.is_empty() && *part != "source")
            .collect();
        let [hos, first, second] = parts.as_slice() else {
            return Err(wrong());
        };
        if ![hos, first, second].iter().all(|code| is_code(code)) {
            return Err(wrong());
        }
        Ok(Self {
            hos: (*hos).to_owned(),
            first: (*first).to_owned(),
            second: (*second).to_owned(),
        })
    }
}

impl std::fmt::Display for DepartmentRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}/{}", self.hos, self.first, self.second)
    }
}

/// Letters, digits and low lines, as every code seen is made of.
pub(super) fn is_code(code: &str) -> bool {
    (1..=64).contains(&code.len())
        && code
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_pasted_page_or_three_codes() {
        for text in [
            "https://www.114yygh.com/hospital/162/04/644/source",
            "www.114yygh.com/hospital/162/04/644/source?x=1#y",
            "http://127.0.0.1:5005/hospital/162/04/644",
            "162/04/644",
            " 162 04 644 ",
        ] {
            let read = DepartmentRef::parse("departments", text).unwrap();
            assert_eq!(read.to_string(), "162/04/644", "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused_by_name() {
        for text in [
            "",
            "162",
            "162/04",
            "https://example.com/162/04/644",
            "162/04/6 4 4",
            "a/b/儿科",
        ] {
            assert_eq!(
                DepartmentRef::parse("departments", text).unwrap_err().field,
                "departments",
                "{text}"
            );
        }
    }
}
