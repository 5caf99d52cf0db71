/** Choices as the select fields of Mantine take them. */
export const selectData = (choices: readonly (readonly [value: string, label: string])[]) =>
  choices.map(([value, label]) => ({ value, label }));
