type Role = "admin" | "editor" | "reader";

interface User {
  id: number;
  email: string;
  role: Role;
}

const users: User[] = [{ id: 1, email: "ada@example.org", role: "admin" }];

function mailOf(id: number): string {
  const user = users.find((candidate) => candidate.id === id);
  return user.email;
}

function mayWrite(role: Role): boolean {
  switch (role) {
    case "admin":
      return true;
    case "editor":
      return true;
  }
}

mailOf("1");
mayWrite(users[0].rol);
