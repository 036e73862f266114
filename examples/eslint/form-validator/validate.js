const rules = {
  name: /^[a-z ]+$/i,
  mail: /^\S+@\S+$/,
  name: /^.+$/,
};

export function validate(field, value) {
  let message;
  switch (field) {
    case "name":
      message = "A name is needed";
    case "mail":
      message = "An address is needed";
      break;
  }
  if (value = "") {
    return message;
  }
  return rules[field].test(value) ? null : mesage;
  console.log("validated", field);
}
