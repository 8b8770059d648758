//! ISO 6166: two letters of a country, nine letters or digits, one check digit (Luhn over the
//! digits that remain when each letter becomes its number, A = 10 to Z = 35).

/// Whether the twelve bytes are a well-formed ISIN with a right check digit.
pub fn is_valid(isin: &[u8; 12]) -> bool {
    let [country @ .., _, _, _, _, _, _, _, _, _, check] = isin;
    if !country.iter().all(u8::is_ascii_uppercase) || !check.is_ascii_digit() {
        return false;
    }
    let (mut sum, mut double) = (0u32, false);
    for byte in isin.iter().rev() {
        let value = match byte {
            b'0'..=b'9' => byte.wrapping_sub(b'0'),
            b'A'..=b'Z' => byte.wrapping_sub(b'A').wrapping_add(10),
            _ => return false,
        };
        // a letter is two digits, the right one first
        let digits = if value >= 10 { 2 } else { 1 };
        for digit in [value % 10, value / 10].iter().take(digits) {
            let step = if double { u32::from(*digit).wrapping_mul(2) } else { u32::from(*digit) };
            sum = sum.wrapping_add(step / 10).wrapping_add(step % 10);
            double = !double;
        }
    }
    sum % 10 == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_vectors() {
        let text = include_str!("../../../../tests/vectors/isin.json");
        let cases: Vec<(String, bool)> = serde_json::from_str(text).unwrap_or_default();
        assert!(cases.len() > 20, "vectors missing");
        for (isin, valid) in cases {
            let bytes: [u8; 12] = isin.as_bytes().try_into().unwrap_or([0; 12]);
            assert_eq!(is_valid(&bytes), valid, "{isin}");
        }
    }
}
