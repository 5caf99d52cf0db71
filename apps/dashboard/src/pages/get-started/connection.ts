/** How a program submits mail of the shown account: the values that it asks for, by whatever names. */
export type Connection = {
  readonly host: string;
  readonly port: number;
  /** STARTTLS; without it the program must run on the same machine. */
  readonly isTls: boolean;
  readonly user: string;
  readonly password: string;
  readonly from: string;
};

export const placeholders = {
  user: 'YOUR-USERNAME',
  password: 'YOUR-PASSWORD',
  domain: 'YOUR-DOMAIN',
} as const;
