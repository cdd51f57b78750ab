//! What is said to a person, in both languages at once.

use serde::{Deserialize, Serialize};

/// A language that pages, notices and the command line speak. Chinese is the default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// 简体中文
    #[default]
    Zh,
    /// English
    En,
}

/// One sentence or short text for a person, in Chinese and in English.
///
/// Texts are stored as they were said, so that "why" can be answered later with the words of that moment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Text {
    /// zh-CN
    pub zh: String,
    /// en
    pub en: String,
}

impl Text {
    /// The same thing said twice.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            zh: zh.into(),
            en: en.into(),
        }
    }

    /// A service's own words, quoted in both languages as they came.
    pub fn quoted(words: &str) -> Self {
        Self::new(words, words)
    }

    /// The text in one language.
    pub fn in_lang(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}
