//! Names of people who do not exist: common Danish given and family names put together at random.

use super::population::Sex;
use super::rng::{Rng, Stream};

const WOMEN: [&str; 40] = [
    "Anne",
    "Kirsten",
    "Mette",
    "Hanne",
    "Anna",
    "Helle",
    "Susanne",
    "Lene",
    "Maria",
    "Marianne",
    "Camilla",
    "Louise",
    "Inge",
    "Karen",
    "Lone",
    "Charlotte",
    "Bente",
    "Pia",
    "Gitte",
    "Tina",
    "Emma",
    "Ida",
    "Clara",
    "Freja",
    "Sofie",
    "Laura",
    "Josefine",
    "Karla",
    "Alma",
    "Agnes",
    "Signe",
    "Trine",
    "Birgitte",
    "Dorthe",
    "Aisha",
    "Fatima",
    "Åse",
    "Bodil",
    "Ellen",
    "Julie",
];
const MEN: [&str; 40] = [
    "Peter",
    "Michael",
    "Jens",
    "Lars",
    "Thomas",
    "Henrik",
    "Søren",
    "Christian",
    "Martin",
    "Jan",
    "Morten",
    "Jesper",
    "Anders",
    "Niels",
    "Rasmus",
    "Mads",
    "Per",
    "Hans",
    "Jørgen",
    "Kim",
    "William",
    "Oliver",
    "Noah",
    "Emil",
    "Victor",
    "Magnus",
    "Frederik",
    "Mikkel",
    "Lucas",
    "Alexander",
    "Oskar",
    "Carl",
    "Malthe",
    "Elias",
    "Mohammad",
    "Ali",
    "Åge",
    "Bent",
    "Kristian",
    "Jonas",
];
const FAMILIES: [&str; 48] = [
    "Nielsen",
    "Jensen",
    "Hansen",
    "Andersen",
    "Pedersen",
    "Christensen",
    "Larsen",
    "Sørensen",
    "Rasmussen",
    "Jørgensen",
    "Petersen",
    "Madsen",
    "Kristensen",
    "Olsen",
    "Thomsen",
    "Christiansen",
    "Poulsen",
    "Johansen",
    "Møller",
    "Mortensen",
    "Knudsen",
    "Jakobsen",
    "Mikkelsen",
    "Frederiksen",
    "Olesen",
    "Henriksen",
    "Laursen",
    "Lund",
    "Schmidt",
    "Eriksen",
    "Holm",
    "Kristiansen",
    "Clausen",
    "Simonsen",
    "Svendsen",
    "Andreasen",
    "Iversen",
    "Jeppesen",
    "Mogensen",
    "Østergaard",
    "Nissen",
    "Bak",
    "Kjær",
    "Ahmed",
    "Yilmaz",
    "Nguyen",
    "Aagaard",
    "Winther",
];

/// The two given names and the family name of a person, as places in the lists.
#[derive(Debug, Clone, Copy)]
pub(super) struct Name(u8, u8, u8);

impl Name {
    /// `family` decides the family name: people of one household share it.
    pub(super) fn new(seed: u64, id: i64, family: i64) -> Self {
        let mut own = Rng::new(seed, Stream::Name, id);
        let mut shared = Rng::new(seed, Stream::Name, -family);
        let (a, b) = (own.below(WOMEN.len() as u32), own.below(WOMEN.len() as u32));
        Name(a as u8, b as u8, shared.below(FAMILIES.len() as u32) as u8)
    }

    /// Writes the name behind what is in `text`.
    pub(super) fn write(self, sex: Sex, text: &mut String) {
        let given = if sex == Sex::Woman { &WOMEN } else { &MEN };
        let part =
            |list: &'static [&'static str], i: u8| list.get(usize::from(i)).copied().unwrap_or_default();
        text.push_str(part(given, self.0));
        if self.0 != self.1 && self.1.is_multiple_of(2) {
            text.push(' ');
            text.push_str(part(given, self.1));
        }
        text.push(' ');
        text.push_str(part(&FAMILIES, self.2));
    }
}
