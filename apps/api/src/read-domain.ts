import { parseDomain } from '@waybill/mail/address';
import { faultAt } from '@waybill/relay/management/request-fault';

/** One of `sender_domains`, in A-labels. */
export const readDomain = (text: string, index: number): string => {
  const domain = parseDomain(text);
  if (domain === undefined) throw faultAt(`/sender_domains/${index}`, 'is not a domain name');
  return domain;
};
