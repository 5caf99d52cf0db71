/** The time zone of the reader: `tz` in the URL, else that of the browser. */
import { createContext, useContext } from 'react';

export const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
export const Zone = createContext<string>(ownZone);
export const useZone = (): string => useContext(Zone);
