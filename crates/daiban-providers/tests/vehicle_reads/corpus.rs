//! The fuzzer's corpus and its entry, at every test.

use std::fs;
use std::path::Path;

use daiban_providers::vehicle::wire::status::holds_for;

use crate::{CSP, TSP};

#[test]
fn the_fuzzers_entry_holds_for_its_corpus_and_for_every_beginning_of_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/vehicle_status");
    let mut files = 0;
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        assert!(bytes.len() < 4_096, "{}", path.display());
        for end in 0..=bytes.len() {
            assert_eq!(holds_for(&bytes[..end]), Ok(()), "{}", path.display());
        }
        files += 1;
    }
    assert!(files >= 15, "{files}");
}

#[test]
fn the_fuzzers_entry_holds_for_whole_answers_with_any_one_byte_changed() {
    for form in [CSP, TSP] {
        let mut bytes = form.as_bytes().to_vec();
        for at in 0..bytes.len() {
            let before = std::mem::replace(&mut bytes[at], b'9');
            assert_eq!(holds_for(&bytes), Ok(()), "at {at}");
            bytes[at] = before;
        }
    }
}

/// Each form is read: the entry has something to hold.
#[test]
fn the_corpus_has_readings_in_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/vehicle_status");
    let read = |name: &str| {
        let answer = fs::read_to_string(folder.join(name)).unwrap();
        crate::read(&crate::json(&answer)).unwrap()
    };
    assert_eq!(read("parked.json").locked, Some(true));
    assert_eq!(read("charging.json").charging, Some(true));
    assert!(!read("words_and_codes_unknown.json").odd.is_empty());
}
