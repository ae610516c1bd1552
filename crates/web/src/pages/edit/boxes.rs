//! From the place of a fault to the name of the box it stands at.

/// `/items/3/no` stands at the box `items[3].no`.
pub fn box_name(pointer: &str) -> String {
    let mut parts = pointer.trim_start_matches('/').split('/');
    let mut name = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.parse::<usize>() {
            Ok(at) => name.push_str(&format!("[{at}]")),
            Err(_) => {
                name.push('.');
                name.push_str(part);
            }
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::box_name;

    #[test]
    fn pointers_lead_to_boxes() {
        assert_eq!(box_name("/code"), "code");
        assert_eq!(box_name("/items/3/no"), "items[3].no");
        assert_eq!(box_name(""), "");
    }
}
